import {
  Body,
  Controller,
  HttpCode,
  Injectable,
  Post,
  UseGuards,
  ValidationPipe,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { Type } from 'class-transformer';
import { IsInt, IsString, ValidateNested } from 'class-validator';
import type { IncomingMessage } from 'node:http';
import { TOKEN } from '../wire/token.js';
import { answer } from './echo-answer.js';

class EchoArguments {
  @IsString()
  message: string;
}

class EchoParams {
  @ValidateNested()
  @Type(() => EchoArguments)
  arguments: EchoArguments;
}

class EchoBody {
  @IsInt()
  id: number;

  @ValidateNested()
  @Type(() => EchoParams)
  params: EchoParams;
}

@Injectable()
class TokenGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { authorization } = context.switchToHttp().getRequest<IncomingMessage>().headers;
    return authorization === `Bearer ${TOKEN}`;
  }
}

/** The plain route behind a guard, with its body validated, as applications have it. */
@Controller()
export class GuardedController {
  @Post('mcp')
  @HttpCode(200)
  @UseGuards(TokenGuard)
  call(@Body(new ValidationPipe({ transform: true, whitelist: true })) call: EchoBody): object {
    return answer(call);
  }
}
