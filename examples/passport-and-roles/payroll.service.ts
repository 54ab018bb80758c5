import { Injectable, UseGuards } from '@nestjs/common';
import { McpContext, McpParam, McpTool } from 'nestjs-mcp';
import { Roles, RolesGuard } from './roles.guard.js';

const salaries: Record<string, number> = { ada: 5000, grace: 5200 };

@Injectable()
@UseGuards(RolesGuard)
export class PayrollService {
  @McpTool({ description: 'The salary of the caller.' })
  mySalary({ auth }: McpContext): string {
    return `${auth?.subject} earns ${salaries[auth?.subject ?? ''] ?? 'nothing'}.`;
  }

  @Roles(['accountant'])
  @McpTool({ description: 'Raises the salary of somebody.', visibility: RolesGuard })
  raiseSalary(@McpParam('name') name: string, @McpParam('by') by: number): string {
    salaries[name] = (salaries[name] ?? 0) + by;
    return `${name} earns ${salaries[name]}.`;
  }
}
