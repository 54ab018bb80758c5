import { Module } from '@nestjs/common';
import { StatusController } from './status.controller.js';
import { StatusService } from './status.service.js';

/** The status and the configuration of the service. */
@Module({ controllers: [StatusController], providers: [StatusService] })
export class StatusModule {}
