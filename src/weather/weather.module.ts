import { Module } from '@nestjs/common';
import { WeatherService } from './weather.service.js';

/** The weather, from a table. */
@Module({ providers: [WeatherService] })
export class WeatherModule {}
