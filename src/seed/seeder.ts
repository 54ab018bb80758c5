import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { UnitOfWork } from '../database/unit-of-work.js';
import { Order } from '../orders/order.entity.js';
import { Product } from '../products/product.entity.js';
import { User } from '../users/user.entity.js';
import { Random } from './random.js';
import { createSampleOrders } from './sample-orders.js';
import { createSampleProducts } from './sample-products.js';
import { createSampleUsers } from './sample-users.js';

/** Fills an empty database with the sample rows, the same ones each time. */
@Injectable()
export class Seeder implements OnModuleInit {
  private readonly logger = new Logger(Seeder.name);

  constructor(private readonly unitOfWork: UnitOfWork) {}

  /** Does nothing if the database contains products. */
  async onModuleInit(): Promise<void> {
    await this.unitOfWork.run(async (manager) => {
      if ((await manager.count(Product)) > 0) return;
      const random = new Random(20_260_105);
      await manager.insert(Product, createSampleProducts(random));
      await manager.insert(User, createSampleUsers(random));
      const users = await manager.find(User, { order: { id: 'ASC' } });
      const products = await manager.find(Product, { order: { id: 'ASC' } });
      const orders = createSampleOrders(random, users, products);
      await manager.save(orders.map((order) => manager.create(Order, order)));
      this.logger.log(
        `Seeded ${products.length} products, ${users.length} users, ${orders.length} orders`,
      );
    });
  }
}
