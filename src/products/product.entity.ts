import { ApiHideProperty, ApiProperty } from '@nestjs/swagger';
import { Check, Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** An article of the shop, with what is left of it. */
@Entity('products')
@Check('stock_not_negative', '"stock" >= 0')
export class Product {
  @ApiProperty({ type: 'integer', example: 17 })
  @PrimaryGeneratedColumn()
  id: number;

  @ApiProperty({ example: 'HND-1017' })
  @Column({ type: 'text', unique: true })
  sku: string;

  @ApiProperty({ example: 'Brenner Spirit Level 60 cm' })
  @Column({ type: 'text' })
  name: string;

  @ApiProperty({ example: 'Hand Tools' })
  @Index()
  @Column({ type: 'text' })
  category: string;

  @ApiProperty({ type: 'integer', example: 2490, description: 'Euro cents.' })
  @Column({ type: 'integer', name: 'price_cents' })
  priceCents: number;

  @ApiProperty({ type: 'integer', example: 42, description: 'Pieces that can be ordered.' })
  @Column({ type: 'integer' })
  stock: number;

  @ApiProperty({ example: false, description: 'No longer sold; stays for old orders.' })
  @Column({ type: 'boolean', default: false })
  discontinued: boolean;

  /** What a search by name is compared with: the name without case and accents. */
  @ApiHideProperty()
  @Column({ type: 'text', name: 'search_key', select: false })
  searchKey?: string;
}

/** Brings a name, or what someone typed for one, to the form that searches compare. */
export function toSearchKey(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .trim();
}
