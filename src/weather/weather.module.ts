import { Module } from '@nestjs/common';
import { WeatherService } from './weather.service.js';

/** The weather tool, with data from a table. */
@Module({ providers: [WeatherService] })
export class WeatherModule {}
