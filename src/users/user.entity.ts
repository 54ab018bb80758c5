import { ApiProperty } from '@nestjs/swagger';
import { Column, CreateDateColumn, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** The role of a user in the shop. */
export type UserRole = 'customer' | 'clerk' | 'manager';

/** A customer of the shop, or a member of its staff. */
@Entity('users')
export class User {
  @ApiProperty({ type: 'integer', example: 3 })
  @PrimaryGeneratedColumn()
  id: number;

  @ApiProperty({ example: 'Ingrid Halvorsen' })
  @Column({ type: 'text' })
  name: string;

  @ApiProperty({ example: 'ingrid.halvorsen@example.com' })
  @Column({ type: 'text', unique: true })
  email: string;

  @ApiProperty({ enum: ['customer', 'clerk', 'manager'] })
  @Column({ type: 'text' })
  role: UserRole;

  @ApiProperty({ example: 'Bergen' })
  @Column({ type: 'text' })
  city: string;

  @ApiProperty({ type: String, format: 'date-time' })
  @CreateDateColumn({ name: 'created_at' })
  createdAt: Date;
}
