import { Module } from '@nestjs/common';
import { AnalysisService } from './analysis.service.js';

/** Prompts about the data. */
@Module({ providers: [AnalysisService] })
export class AnalysisModule {}
