import { Module } from '@nestjs/common';
import { JwtModule } from '@nestjs/jwt';
import { AuthGuard, PassportModule } from '@nestjs/passport';
import { McpModule } from 'nestjs-mcp';
import { JwtStrategy, jwtSecret } from './jwt.strategy.js';
import { PayrollService } from './payroll.service.js';
import { RolesGuard } from './roles.guard.js';

@Module({
  imports: [
    PassportModule,
    JwtModule.register({ secret: jwtSecret, signOptions: { expiresIn: '1h' } }),
    McpModule.forRoot({ name: 'payroll', version: '1.0.0', guards: [AuthGuard('jwt')] }),
  ],
  providers: [JwtStrategy, PayrollService, RolesGuard],
})
export class AppModule {}
