import { Module } from '@nestjs/common';
import { EchoService } from './echo.service.js';

/** Returns its input, for trying a client. */
@Module({ providers: [EchoService] })
export class EchoModule {}
