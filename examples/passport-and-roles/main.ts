import { NestFactory } from '@nestjs/core';
import { JwtService } from '@nestjs/jwt';
import { AppModule } from './app.module.js';

const app = await NestFactory.create(AppModule);
await app.listen(process.env.PORT ?? 3000);

// An application hands out tokens where its users sign in.
const tokens = app.get(JwtService);
console.log(`ADA=${tokens.sign({ sub: 'ada' })}`);
console.log(`GRACE=${tokens.sign({ sub: 'grace', roles: ['accountant'] })}`);
