import { toSearchKey, type Product } from '../products/product.entity.js';
import type { Random } from './random.js';

interface Shelf {
  prefix: string;
  category: string;
  /** Name and usual price in euro cents. */
  articles: readonly (readonly [string, number])[];
}

const makers = ['Brenner', 'Nordvik', 'Caldera'] as const;

const shelves: readonly Shelf[] = [
  {
    prefix: 'HND',
    category: 'Hand Tools',
    articles: [
      ['Claw Hammer 450 g', 1890],
      ['Spirit Level 60 cm', 2490],
      ['Combination Pliers 180 mm', 1690],
      ['Screwdriver Set, 8 Pieces', 2290],
      ['Adjustable Wrench 10"', 1990],
      ['Hand Saw 500 mm', 2190],
      ['Wood Chisel Set, 4 Pieces', 3490],
      ['Utility Knife', 790],
    ],
  },
  {
    prefix: 'PWR',
    category: 'Power Tools',
    articles: [
      ['Cordless Drill 18 V', 12900],
      ['Angle Grinder 125 mm', 8900],
      ['Random Orbit Sander', 7990],
      ['Jigsaw 650 W', 9490],
      ['Circular Saw 1400 W', 13900],
      ['Rotary Hammer 800 W', 16900],
      ['Heat Gun 2000 W', 4990],
      ['Impact Driver 18 V', 13490],
    ],
  },
  {
    prefix: 'FST',
    category: 'Fasteners',
    articles: [
      ['Wood Screws 4×40, Box of 200', 890],
      ['Drywall Screws 3.5×35, Box of 500', 1190],
      ['Wall Plugs 8 mm, Bag of 100', 590],
      ['Hex Bolts M8×50, Bag of 25', 990],
      ['Washers M8, Bag of 100', 390],
      ['Lock Nuts M6, Bag of 50', 450],
      ['Cable Ties 200 mm, Pack of 100', 490],
      ['Nails 2.8×65, 1 kg', 690],
    ],
  },
  {
    prefix: 'ELC',
    category: 'Electrical',
    articles: [
      ['Extension Lead 10 m', 1990],
      ['LED Bulb E27 9 W', 590],
      ['Dimmer Switch', 2490],
      ['Double Socket, White', 890],
      ['Junction Box IP65', 490],
      ['Installation Cable 3×1.5, 25 m', 2790],
      ['Motion Sensor 180°', 1890],
      ['USB-C Wall Charger 30 W', 2190],
    ],
  },
  {
    prefix: 'PLB',
    category: 'Plumbing',
    articles: [
      ['Ball Valve 1/2"', 890],
      ['Flexible Hose 50 cm', 690],
      ['Basin Trap 1 1/4"', 1190],
      ['PTFE Tape 12 m', 190],
      ['Kitchen Mixer Tap', 6990],
      ['Pipe Cutter 3–35 mm', 1790],
      ['Push-Fit Elbow 15 mm', 390],
      ['Drain Auger 5 m', 2290],
    ],
  },
  {
    prefix: 'PNT',
    category: 'Paint & Décor',
    articles: [
      ['Wall Paint, White, 10 l', 4490],
      ['Wood Stain, Café Oak, 1 l', 1990],
      ['Paint Roller Set', 1490],
      ['Masking Tape 50 m', 490],
      ['Primer, Universal, 2.5 l', 2290],
      ['Brush Set, 5 Pieces', 990],
      ['Spray Paint, Anthracite, 400 ml', 890],
      ['Dust Sheet 4×5 m', 390],
    ],
  },
  {
    prefix: 'GRD',
    category: 'Garden',
    articles: [
      ['Garden Hose 25 m', 3490],
      ['Pruning Shears', 1890],
      ['Watering Can 10 l', 1290],
      ['Leaf Rake', 1590],
      ['Spade, Ash Handle', 3290],
      ['Hedge Trimmer 500 W', 7490],
      ['Wheelbarrow 85 l', 8490],
      ['Potting Soil 40 l', 890],
    ],
  },
  {
    prefix: 'SFT',
    category: 'Safety',
    articles: [
      ['Safety Glasses, Clear', 690],
      ['Ear Defenders SNR 30', 1690],
      ['Work Gloves, Size 10', 590],
      ['Dust Masks FFP2, Box of 10', 1290],
      ['Safety Boots S3, Size 43', 7990],
      ['Hard Hat, Yellow', 1490],
      ['Knee Pads', 1890],
      ['First Aid Kit DIN 13157', 2490],
    ],
  },
  {
    prefix: 'MSR',
    category: 'Measuring',
    articles: [
      ['Tape Measure 5 m', 890],
      ['Laser Distance Meter 40 m', 5990],
      ['Cross-Line Laser', 11900],
      ['Digital Caliper 150 mm', 2990],
      ['Folding Rule 2 m', 490],
      ['Stud Detector', 3490],
      ['Moisture Meter', 2790],
      ['Combination Square 300 mm', 1990],
    ],
  },
  {
    prefix: 'STR',
    category: 'Storage',
    articles: [
      ['Tool Box 19"', 2990],
      ['Stacking Crate 40×30 cm', 1290],
      ['Shelf Unit, 5 Boards', 4990],
      ['Parts Organiser, 24 Drawers', 2790],
      ['Pegboard 60×120 cm', 3290],
      ['Tool Belt', 2490],
      ['Workbench, Folding', 8990],
      ['Ratchet Straps, Pair', 1590],
    ],
  },
];

/** Creates every article of every shelf by every maker: 240 products. Few are sold out or discontinued. */
export function createSampleProducts(random: Random): Omit<Product, 'id'>[] {
  return shelves.flatMap(({ prefix, category, articles }) =>
    makers.flatMap((maker, makerIndex) =>
      articles.map(([article, usualPrice], articleIndex) => {
        const name = `${maker} ${article}`;
        const price = (usualPrice * (100 + 12 * makerIndex)) / 100;
        const number = 1001 + makerIndex * articles.length + articleIndex;
        return {
          sku: `${prefix}-${number}`,
          name,
          category,
          priceCents: Math.round(price / 10) * 10 - 1,
          stock: random.between(0, 19) === 0 ? 0 : random.between(4, 180),
          discontinued: random.between(0, 24) === 0,
          searchKey: toSearchKey(name),
        };
      }),
    ),
  );
}
