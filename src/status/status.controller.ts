import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ServiceStatus } from './service-status.js';
import { StatusService } from './status.service.js';

/** The REST API of the status. */
@ApiTags('status')
@Controller('status')
export class StatusController {
  constructor(private readonly service: StatusService) {}

  /** Returns the same as the tool `get_status`. */
  @Get()
  @ApiOperation({ summary: 'Status and version' })
  @ApiOkResponse({ type: ServiceStatus })
  status(): ServiceStatus {
    return this.service.status();
  }
}
