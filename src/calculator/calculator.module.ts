import { Module } from '@nestjs/common';
import { CalculatorService } from './calculator.service.js';

/** Arithmetic. */
@Module({ providers: [CalculatorService] })
export class CalculatorModule {}
