import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { McpModule, stdio } from 'nestjs-mcp';
import { Dice } from './dice.js';

@Module({
  imports: [McpModule.forRoot({ name: 'dice', version: '1.0.0', transports: [stdio()] })],
  providers: [Dice],
})
class AppModule {}

const app = await NestFactory.createApplicationContext(AppModule);
app.enableShutdownHooks();
