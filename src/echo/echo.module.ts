import { Module } from '@nestjs/common';
import { EchoService } from './echo.service.js';

/** What comes in goes out: for trying a client. */
@Module({ providers: [EchoService] })
export class EchoModule {}
