import { Module } from '@nestjs/common';
import { StatusController } from './status.controller.js';
import { StatusService } from './status.service.js';

/** Whether the service is up, and how it was configured. */
@Module({ controllers: [StatusController], providers: [StatusService] })
export class StatusModule {}
