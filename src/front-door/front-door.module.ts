import { Module } from '@nestjs/common';
import { FrontDoorController } from './front-door.controller.js';

/** The page at `/`. */
@Module({ controllers: [FrontDoorController] })
export class FrontDoorModule {}
