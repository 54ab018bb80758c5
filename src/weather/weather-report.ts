import { IsNumber, IsString } from 'class-validator';

/** The weather of one city. */
export class WeatherReport {
  @IsString()
  city: string;

  @IsString()
  conditions: string;

  @IsNumber()
  temperatureCelsius: number;

  @IsNumber()
  humidityPercent: number;

  @IsNumber()
  windKmh: number;
}
