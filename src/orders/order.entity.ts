import { ApiHideProperty, ApiProperty } from '@nestjs/swagger';
import {
  Column,
  CreateDateColumn,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  OneToMany,
  PrimaryGeneratedColumn,
  type Relation,
} from 'typeorm';
import { Product } from '../products/product.entity.js';
import { User } from '../users/user.entity.js';

/** The status of an order. Only a `placed` one can be cancelled. */
export type OrderStatus = 'placed' | 'shipped' | 'delivered' | 'cancelled';

/** Every status, for validation and the API document. */
export const orderStatuses: readonly OrderStatus[] = [
  'placed',
  'shipped',
  'delivered',
  'cancelled',
];

/** The quantity of one product in an order, with the name and price at the time of the order. */
@Entity('order_lines')
export class OrderLine {
  @ApiProperty({ type: 'integer', example: 417 })
  @PrimaryGeneratedColumn()
  id: number;

  @ApiHideProperty()
  @Index()
  @ManyToOne(() => Order, (order) => order.lines, { nullable: false, onDelete: 'CASCADE' })
  @JoinColumn({ name: 'order_id' })
  order?: Relation<Order>;

  @ApiHideProperty()
  @ManyToOne(() => Product, { nullable: false, onDelete: 'RESTRICT' })
  @JoinColumn({ name: 'product_id' })
  product?: Relation<Product>;

  @ApiProperty({ type: 'integer', example: 17 })
  @Column({ type: 'integer', name: 'product_id' })
  productId: number;

  @ApiProperty({ example: 'HND-1017' })
  @Column({ type: 'text' })
  sku: string;

  @ApiProperty({ example: 'Brenner Spirit Level 60 cm' })
  @Column({ type: 'text' })
  name: string;

  @ApiProperty({ type: 'integer', example: 2 })
  @Column({ type: 'integer' })
  quantity: number;

  @ApiProperty({ type: 'integer', example: 2490, description: 'Euro cents.' })
  @Column({ type: 'integer', name: 'unit_price_cents' })
  unitPriceCents: number;
}

/** An order of a user. Its products are out of the stock until it is cancelled. */
@Entity('orders')
export class Order {
  @ApiProperty({ type: 'integer', example: 91 })
  @PrimaryGeneratedColumn()
  id: number;

  @ApiHideProperty()
  @ManyToOne(() => User, { nullable: false, onDelete: 'RESTRICT' })
  @JoinColumn({ name: 'user_id' })
  user?: Relation<User>;

  @ApiProperty({ type: 'integer', example: 3 })
  @Index()
  @Column({ type: 'integer', name: 'user_id' })
  userId: number;

  @ApiProperty({ enum: orderStatuses })
  @Column({ type: 'text' })
  status: OrderStatus;

  @ApiProperty({ type: 'integer', example: 4980, description: 'Euro cents.' })
  @Column({ type: 'integer', name: 'total_cents' })
  totalCents: number;

  @ApiProperty({ type: String, format: 'date-time' })
  @CreateDateColumn({ name: 'created_at' })
  createdAt: Date;

  @ApiProperty({ type: [OrderLine] })
  @OneToMany(() => OrderLine, (line) => line.order, { eager: true, cascade: ['insert'] })
  lines: OrderLine[];
}
