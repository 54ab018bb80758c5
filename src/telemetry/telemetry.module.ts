import { Module } from '@nestjs/common';
import { TelemetryExport } from './telemetry.export.js';

/** OpenTelemetry's SDK, where a collector is named. */
@Module({ providers: [TelemetryExport] })
export class TelemetryModule {}
