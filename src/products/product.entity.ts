import { ApiHideProperty, ApiProperty } from '@nestjs/swagger';
import { Check, Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** A product of the shop, with its stock. */
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

  /** The name without case and accents, for searches by name. */
  @ApiHideProperty()
  @Column({ type: 'text', name: 'search_key', select: false })
  searchKey?: string;
}

/** Converts a name, or the text of a search, to the form that searches compare. */
export function toSearchKey(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .trim();
}
