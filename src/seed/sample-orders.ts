import type { Order, OrderLine, OrderStatus } from '../orders/order.entity.js';
import type { Product } from '../products/product.entity.js';
import type { User } from '../users/user.entity.js';
import type { Random } from './random.js';

type SampleLine = Omit<OrderLine, 'id'>;
type SampleOrder = Omit<Order, 'id' | 'lines'> & { lines: SampleLine[] };

const count = 160;
const firstDay = Date.UTC(2026, 0, 5, 8);
const step = 37 * 60 * 60 * 1000;

/** Creates orders of the sample users for sample products; the most recent ones are not delivered yet. */
export function createSampleOrders(
  random: Random,
  users: readonly User[],
  products: readonly Product[],
): SampleOrder[] {
  return Array.from({ length: count }, (_, position) => {
    const lines = createLines(random, products);
    return {
      userId: users[random.between(0, users.length - 1)]?.id ?? 1,
      status: statusOf(random, position),
      totalCents: lines.reduce((sum, line) => sum + line.quantity * line.unitPriceCents, 0),
      createdAt: new Date(firstDay + position * step),
      lines,
    };
  });
}

function createLines(random: Random, products: readonly Product[]): SampleLine[] {
  const chosen = new Set<Product>();
  for (let line = random.between(1, 4); line > 0; line -= 1) {
    const product = products[random.between(0, products.length - 1)];
    if (product !== undefined) chosen.add(product);
  }
  return [...chosen].map(({ id: productId, sku, name, priceCents: unitPriceCents }) => ({
    productId,
    sku,
    name,
    quantity: random.between(1, 6),
    unitPriceCents,
  }));
}

function statusOf(random: Random, position: number): OrderStatus {
  if (random.between(0, 11) === 0) return 'cancelled';
  if (position < count - 40) return 'delivered';
  return position < count - 18 ? 'shipped' : 'placed';
}
