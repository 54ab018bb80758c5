import {
  BadRequestException,
  ConflictException,
  Injectable,
  NotFoundException,
} from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, type EntityManager, type Repository } from 'typeorm';
import { UnitOfWork } from '../database/unit-of-work.js';
import { toPage, type Page } from '../paging/page.interceptor.js';
import { Product } from '../products/product.entity.js';
import { User } from '../users/user.entity.js';
import type { CreateOrder } from './create-order.dto.js';
import type { ListOrders } from './list-orders.dto.js';
import { Order, OrderLine } from './order.entity.js';

/** Creates and cancels orders, and updates the stock in the same transaction. */
@Injectable()
export class OrdersService {
  constructor(
    @InjectRepository(Order) private readonly orders: Repository<Order>,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /**
   * Takes the products out of the stock: those of all lines or none.
   * @throws BadRequestException for an unknown user or SKU
   * @throws ConflictException when a product is discontinued or not enough is left of it
   */
  create(wish: CreateOrder): Promise<Order> {
    return this.unitOfWork.run(async (manager) => {
      if (!(await manager.existsBy(User, { id: wish.userId }))) {
        throw new BadRequestException(`No user has the id ${wish.userId}`);
      }
      const skus = wish.lines.map((line) => line.sku.toUpperCase());
      const products = await manager.findBy(Product, { sku: In(skus) });
      const bySku = new Map(products.map((product) => [product.sku, product]));
      const lines: OrderLine[] = [];
      for (const { sku, quantity } of wish.lines) {
        const product = bySku.get(sku.toUpperCase());
        if (product === undefined) throw new BadRequestException(`No product has the SKU ${sku}`);
        await takeFromStock(manager, product, quantity);
        lines.push(toLine(manager, product, quantity));
      }
      const totalCents = lines.reduce((sum, line) => sum + line.quantity * line.unitPriceCents, 0);
      const order = manager.create(Order, {
        userId: wish.userId,
        status: 'placed',
        totalCents,
        lines,
      });
      const { id } = await manager.save(order);
      return manager.findOneByOrFail(Order, { id });
    });
  }

  /** @throws NotFoundException when there is no such order */
  async find(id: number): Promise<Order> {
    const order = await this.orders.findOneBy({ id });
    if (order === null) throw new NotFoundException(`No order has the id ${id}`);
    return order;
  }

  /** Returns one page of the matching orders, the newest first, and their total number. */
  async list(query: ListOrders): Promise<Page<Order>> {
    const { status, userId } = query;
    return toPage(
      await this.orders.findAndCount({
        where: { ...(status && { status }), ...(userId && { userId }) },
        order: { createdAt: 'DESC', id: 'DESC' },
        ...query.window,
      }),
    );
  }

  /**
   * Puts the products back into the stock.
   * @throws NotFoundException when there is no such order
   * @throws ConflictException when it has left the shop, or is cancelled already
   */
  cancel(id: number): Promise<Order> {
    return this.unitOfWork.run(async (manager) => {
      const order = await manager.findOneBy(Order, { id });
      if (order === null) throw new NotFoundException(`No order has the id ${id}`);
      if (order.status !== 'placed') {
        throw new ConflictException(`Order ${id} is ${order.status} and cannot be cancelled`);
      }
      for (const line of order.lines) {
        await manager.increment(Product, { id: line.productId }, 'stock', line.quantity);
      }
      await manager.update(Order, { id }, { status: 'cancelled' });
      order.status = 'cancelled';
      return order;
    });
  }
}

async function takeFromStock(
  manager: EntityManager,
  product: Product,
  quantity: number,
): Promise<void> {
  const { sku, stock } = product;
  if (product.discontinued) throw new ConflictException(`${sku} is discontinued`);
  if (stock < quantity) throw new ConflictException(`Only ${stock} of ${sku} are in stock`);
  await manager.decrement(Product, { id: product.id }, 'stock', quantity);
}

function toLine(manager: EntityManager, product: Product, quantity: number): OrderLine {
  const { id: productId, sku, name, priceCents: unitPriceCents } = product;
  return manager.create(OrderLine, { productId, sku, name, quantity, unitPriceCents });
}
