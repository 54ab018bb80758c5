import { Injectable, Module, UseFilters, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  InvalidInputException,
  McpConfigurationError,
  McpContext,
  McpException,
  McpModule,
  McpTool,
  staticTokens,
} from 'nestjs-mcp';
import * as library from './feature.library.js';

// An application that uses a feature library with another copy of this package, such as its CommonJS build.

@Injectable()
class ApplicationService {
  @McpTool()
  @UseGuards(library.CallsOnly)
  guarded(): string {
    return 'guarded by the library';
  }

  @McpTool()
  @UseFilters(library.FeatureFilter)
  filtered(): never {
    throw new McpException('of the application');
  }

  @McpTool()
  isInstance(context: McpContext): object {
    const error: unknown = library.wrongOption();
    return {
      copies: (library.McpConfigurationError as unknown) !== McpConfigurationError,
      configuration: error instanceof McpConfigurationError,
      context: context instanceof McpContext,
      ordinary: new Error('x') instanceof McpException,
      sibling: error instanceof InvalidInputException,
    };
  }
}

@Module({
  imports: [
    McpModule.forRoot({
      name: 'application',
      version: '1.0.0',
      transports: library.transports,
      auth: {
        verifier: staticTokens({ ci: { token: 'secret', scopes: ['feature:write'] } }),
        optional: true,
      },
    }),
    library.FeatureServer,
    library.FeatureModule,
  ],
  providers: [ApplicationService],
})
class AppModule {}

const app = await NestFactory.create(AppModule, { logger: ['error'] });
await app.listen(0, '127.0.0.1');
process.send?.(await app.getUrl());
process.on('disconnect', () => void app.close());
