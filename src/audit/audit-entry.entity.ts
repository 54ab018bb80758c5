import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** One call of a tool, a resource or a prompt by an MCP client, without inputs and results. */
@Entity('audit_entries')
export class AuditEntry {
  @ApiProperty({ type: 'integer', example: 12 })
  @PrimaryGeneratedColumn()
  id: number;

  @ApiProperty({ type: String, format: 'date-time' })
  @Column({ type: 'datetime' })
  at: Date;

  @ApiPropertyOptional({ type: String, nullable: true, description: 'The caller, if it is known.' })
  @Column({ type: 'text', nullable: true })
  subject: string | null;

  @ApiProperty({ example: 'tools/call' })
  @Column({ type: 'text' })
  method: string;

  @ApiProperty({ example: 'query_product' })
  @Column({ type: 'text' })
  primitive: string;

  @ApiProperty({ example: 'ok' })
  @Column({ type: 'text' })
  outcome: string;

  @ApiProperty({ type: 'number', example: 2.9, description: 'Milliseconds.' })
  @Column({ type: 'real', name: 'duration_ms' })
  durationMs: number;

  @ApiPropertyOptional({ type: String, nullable: true, description: 'The id of the log line.' })
  @Column({ type: 'text', name: 'error_id', nullable: true })
  errorId: string | null;
}
