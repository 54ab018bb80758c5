import { type DynamicModule, Module, ValidationPipe } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { APP_PIPE, RouterModule } from '@nestjs/core';
import { McpModule, sse, stdio, streamableHttp } from 'nestjs-mcp';
import { McpInspectorModule } from 'nestjs-mcp/inspector';
import { AnalysisModule } from './analysis/analysis.module.js';
import { AuditModule } from './audit/audit.module.js';
import { CalculatorModule } from './calculator/calculator.module.js';
import { environmentSchema } from './config/environment.js';
import { createMcpOptions } from './config/mcp.options.js';
import { DatabaseModule } from './database/database.module.js';
import { EchoModule } from './echo/echo.module.js';
import { FrontDoorModule } from './front-door/front-door.module.js';
import { HealthModule } from './health/health.module.js';
import { ItemsModule } from './items/items.module.js';
import { OrdersModule } from './orders/orders.module.js';
import { ProductsModule } from './products/products.module.js';
import { ReindexModule } from './reindex/reindex.module.js';
import { SeedModule } from './seed/seed.module.js';
import { StatusModule } from './status/status.module.js';
import { TelemetryModule } from './telemetry/telemetry.module.js';
import { ToolsModule } from './tools/tools.module.js';
import { UsersModule } from './users/users.module.js';
import { WeatherModule } from './weather/weather.module.js';

const restModules = [ProductsModule, UsersModule, OrdersModule, StatusModule, AuditModule];

/** The module of the whole service. It reads the environment when `over` is called, not when it is imported. */
@Module({})
export class AppModule {
  /** Configures the service for clients over `http`, or for a client that started it over `stdio`. */
  static over(wayIn: 'http' | 'stdio'): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.forRoot({
          isGlobal: true,
          ignoreEnvFile: process.env.NODE_ENV === 'test',
          validationSchema: environmentSchema,
        }),
        DatabaseModule,
        SeedModule,
        TelemetryModule,
        McpModule.forRootAsync({
          name: 'inventory',
          transports: wayIn === 'stdio' ? [stdio()] : [streamableHttp(), sse()],
          inject: [ConfigService],
          useFactory: createMcpOptions,
        }),
        ...(wayIn === 'http' ? [McpInspectorModule.forRoot()] : []),
        ...restModules,
        RouterModule.register([{ path: 'api/v1', children: restModules }]),
        AnalysisModule,
        CalculatorModule,
        EchoModule,
        ItemsModule,
        ReindexModule,
        WeatherModule,
        FrontDoorModule,
        HealthModule,
        ToolsModule,
      ],
      providers: [
        {
          provide: APP_PIPE,
          useValue: new ValidationPipe({
            transform: true,
            whitelist: true,
            forbidNonWhitelisted: true,
          }),
        },
      ],
    };
  }
}
