import { Injectable, NotFoundException } from '@nestjs/common';
import { McpParam, McpTool } from 'nestjs-mcp';
import { climate } from './climate.js';
import { WeatherReport } from './weather-report.js';

/** Returns the weather from a table in the app, so it needs no network and no key. */
@Injectable()
export class WeatherService {
  /** @throws NotFoundException for a city that is not in the table */
  @McpTool({
    name: 'get_weather',
    title: 'Get weather',
    description: 'Typical weather of a city, from a small bundled table (sample data, not live).',
    output: WeatherReport,
    annotations: { readOnlyHint: true, idempotentHint: true, openWorldHint: false },
  })
  report(
    @McpParam('city', { description: 'Name of the city in English, for example Berlin.' })
    city: string,
  ): WeatherReport {
    const wanted = city.trim().toLowerCase();
    const report = climate.find((entry) => entry.city.toLowerCase() === wanted);
    if (report === undefined) {
      const known = climate.map((entry) => entry.city).join(', ');
      throw new NotFoundException(`No weather for that city. Known: ${known}`);
    }
    return report;
  }
}
