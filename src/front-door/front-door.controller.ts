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

/** Serves `/` for browsers and scripts. */
@ApiTags('status')
@Controller()
export class FrontDoorController {
  constructor(private readonly config: ConfigService<Environment, true>) {}

  /** Returns name, version, and the addresses of all parts: as URLs if PUBLIC_URL is set, else as paths. */
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
