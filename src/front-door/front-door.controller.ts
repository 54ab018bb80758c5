import { Controller, Get } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Environment } from '../config/environment.js';
import { version } from '../version.js';

const paths = {
  mcp: '/mcp',
  sse: '/sse',
  tools: '/tools',
  rest: '/api/v1/products',
  docs: '/docs',
  health: '/health',
};

/** What a browser or a script finds at the address of the service. */
@ApiTags('status')
@Controller()
export class FrontDoorController {
  constructor(private readonly config: ConfigService<Environment, true>) {}

  /** Name, version, and where everything is: as URLs where PUBLIC_URL is set, else as paths. */
  @Get()
  @ApiOperation({ summary: 'What there is' })
  index() {
    const publicUrl = this.config.get('PUBLIC_URL', { infer: true })?.replace(/\/+$/, '') ?? '';
    const links = Object.fromEntries(
      Object.entries(paths).map(([name, path]) => [name, `${publicUrl}${path}`]),
    );
    return { name: 'inventory', version, links };
  }
}
