// A large boilerplate: a prefix and versions, passport with roles, a strict ValidationPipe with an error form of its own, serialised entities.
import {
  Body,
  ClassSerializerInterceptor,
  Controller,
  Delete,
  Get,
  HttpCode,
  HttpStatus,
  Injectable,
  Module,
  NotFoundException,
  Param,
  ParseIntPipe,
  Patch,
  Post,
  Query,
  SetMetadata,
  UnprocessableEntityException,
  UseGuards,
  ValidationPipe,
  VersioningType,
  type CanActivate,
  type ExecutionContext,
  type ValidationError,
} from '@nestjs/common';
import { APP_INTERCEPTOR, Reflector } from '@nestjs/core';
import { JwtModule, JwtService } from '@nestjs/jwt';
import { AuthGuard, PassportModule, PassportStrategy } from '@nestjs/passport';
import { ApiOkResponse, ApiProperty, ApiTags, PartialType } from '@nestjs/swagger';
import { Exclude, Expose, Transform, Type } from 'class-transformer';
import {
  IsEmail,
  IsInt,
  IsOptional,
  IsString,
  Max,
  Min,
  MinLength,
  ValidateNested,
} from 'class-validator';
import { McpModule, McpTool } from 'nestjs-mcp';
import { ExtractJwt, Strategy } from 'passport-jwt';
import { changed, type Adopted } from './running.js';

const secret = 'the secret of the boilerplate, for its tests';

class Role {
  @ApiProperty() @IsInt() @Min(1) id: number;
}

class CreateUser {
  @ApiProperty({ example: 'ann@example.org' })
  @Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' ? value.toLowerCase() : value,
  )
  @IsEmail()
  email: string;

  @ApiProperty() @MinLength(6) password: string;
  @ApiProperty({ required: false }) @IsOptional() @IsString() name?: string | null;
  @ApiProperty({ type: Role }) @ValidateNested() @Type(() => Role) role: Role;
}

class UpdateUser extends PartialType(CreateUser) {}

class Page {
  @ApiProperty({ required: false }) @IsOptional() @Type(() => Number) @IsInt() @Min(1) page = 1;
  @ApiProperty({ required: false }) @IsOptional() @Type(() => Number) @IsInt() @Max(50) limit = 10;
}

class User {
  @ApiProperty() id: number;
  @ApiProperty() email: string;
  @ApiProperty() @Expose({ name: 'fullName' }) name: string;
  @Exclude({ toPlainOnly: true }) password: string;
}

@Injectable()
class JwtStrategy extends PassportStrategy(Strategy) {
  constructor() {
    super({ jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(), secretOrKey: secret });
  }

  validate(payload: { sub: string; role: string }): object {
    return { id: payload.sub, role: payload.role };
  }
}

const Roles = (...roles: string[]) => SetMetadata('roles', roles);

@Injectable()
class RolesGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const roles = this.reflector.getAllAndOverride<string[] | undefined>('roles', [
      context.getHandler(),
      context.getClass(),
    ]);
    const { user } = context.switchToHttp().getRequest<{ user?: { role: string } }>();
    return roles === undefined || roles.includes(user?.role ?? '');
  }
}

@Injectable()
class Users {
  find(id: number): User {
    if (id !== 1) throw new NotFoundException({ status: 404, errors: { id: 'notFound' } });
    return Object.assign(new User(), { id, email: 'ann@example.org', name: 'Ann', password: 'x' });
  }

  create(user: CreateUser): User {
    if (user.email === 'ann@example.org') {
      throw new UnprocessableEntityException({ status: 422, errors: { email: 'taken' } });
    }
    changed('user created', user);
    return Object.assign(new User(), { id: 2, email: user.email, name: user.name ?? null });
  }
}

@ApiTags('Users')
@Roles('admin')
@UseGuards(AuthGuard('jwt'), RolesGuard)
@Controller({ path: 'users', version: '1' })
class UsersController {
  constructor(private readonly users: Users) {}

  @Post()
  @McpTool({ name: 'users_create' })
  create(@Body() user: CreateUser): User {
    return this.users.create(user);
  }

  @Get()
  @Roles('admin', 'user')
  @ApiOkResponse({ type: [User] })
  @McpTool({ name: 'users_list' })
  list(@Query() { page, limit }: Page): object {
    return { data: [this.users.find(1)], page, limit };
  }

  @Get(':id')
  @Roles('admin', 'user')
  @ApiOkResponse({ type: User })
  @McpTool({ name: 'users_find' })
  find(@Param('id', ParseIntPipe) id: number): User {
    return this.users.find(id);
  }

  @Patch(':id')
  @McpTool({ name: 'users_update' })
  update(@Param('id', ParseIntPipe) id: number, @Body() user: UpdateUser): User {
    const found = this.users.find(id);
    changed('user updated', id, user);
    return Object.assign(found, user);
  }

  @Delete(':id')
  @HttpCode(HttpStatus.NO_CONTENT)
  @McpTool({ name: 'users_remove' })
  remove(@Param('id', ParseIntPipe) id: number): void {
    this.users.find(id);
    changed('user removed', id);
  }
}

@Module({
  imports: [
    PassportModule,
    JwtModule.register({ secret }),
    McpModule.forRoot({ name: 'boilerplate', version: '1.0.0' }),
  ],
  controllers: [UsersController],
  providers: [
    Users,
    JwtStrategy,
    RolesGuard,
    { provide: APP_INTERCEPTOR, useClass: ClassSerializerInterceptor },
  ],
})
class BoilerplateModule {}

const errorsOf = (errors: ValidationError[]): object =>
  Object.fromEntries(
    errors.map(({ property, constraints, children }) => [
      property,
      children?.length ? errorsOf(children) : Object.values(constraints ?? {}).join(', '),
    ]),
  );

export const boilerplate: Adopted = {
  module: BoilerplateModule,
  path: '/api/mcp',
  configure: (app) => {
    app.setGlobalPrefix('api');
    app.enableVersioning({ type: VersioningType.URI });
    app.useGlobalPipes(
      new ValidationPipe({
        transform: true,
        whitelist: true,
        errorHttpStatusCode: HttpStatus.UNPROCESSABLE_ENTITY,
        exceptionFactory: (errors) =>
          new UnprocessableEntityException({ status: 422, errors: errorsOf(errors) }),
      }),
    );
  },
  callers: (app) => {
    const jwt = app.get(JwtService, { strict: false });
    const bearer = (role: string) => ({
      authorization: `Bearer ${jwt.sign({ sub: role, role })}`,
    });
    return {
      anonymous: {},
      user: bearer('user'),
      admin: bearer('admin'),
      forged: { authorization: 'Bearer forged' },
    };
  },
};
