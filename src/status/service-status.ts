import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsInt, IsString, Min } from 'class-validator';

/** The status of the service. */
export class ServiceStatus {
  @ApiProperty({ enum: ['ok'] })
  @IsIn(['ok'])
  status: 'ok';

  @ApiProperty({ example: '0.1.0' })
  @IsString()
  version: string;

  @ApiProperty({ type: 'integer', minimum: 0, example: 3600 })
  @IsInt()
  @Min(0)
  uptimeSeconds: number;
}
