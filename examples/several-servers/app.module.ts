import { Module } from '@nestjs/common';
import { McpModule, staticTokens } from 'nestjs-mcp';
import { BackOfficeModule } from './back-office.module.js';
import { ShopModule } from './shop.module.js';

@Module({
  imports: [
    McpModule.forRoot({ name: 'shop', version: '1.0.0', include: [ShopModule] }),
    McpModule.forRoot({
      name: 'back-office',
      version: '1.0.0',
      prefix: 'back-office',
      include: [BackOfficeModule],
      auth: { verifier: staticTokens(process.env.OFFICE_TOKEN ?? 'office-token') },
    }),
    ShopModule,
    BackOfficeModule,
  ],
})
export class AppModule {}
