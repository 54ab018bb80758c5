import { Module } from '@nestjs/common';
import { TelemetryExport } from './telemetry.export.js';

/** OpenTelemetry's SDK, if a collector is configured. */
@Module({ providers: [TelemetryExport] })
export class TelemetryModule {}
