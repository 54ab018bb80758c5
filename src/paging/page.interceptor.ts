import {
  Injectable,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import type { Response } from 'express';
import { map, type Observable } from 'rxjs';

/** One page of a list, and the length of the whole list. */
export interface Page<Row> {
  rows: Row[];
  total: number;
}

/** Sends the rows of a page as the body and the length of the whole list as `X-Total-Count`. */
@Injectable()
export class PageInterceptor<Row> implements NestInterceptor<Page<Row>, Row[]> {
  /** Use it with `@UseInterceptors(PageInterceptor)` on list routes. */
  intercept(context: ExecutionContext, next: CallHandler<Page<Row>>): Observable<Row[]> {
    const response = context.switchToHttp().getResponse<Response>();
    return next.handle().pipe(
      map(({ rows, total }) => {
        response.header('X-Total-Count', String(total));
        return rows;
      }),
    );
  }
}

/** Converts the result of TypeORM's `findAndCount` to a page. */
export function toPage<Row>([rows, total]: [Row[], number]): Page<Row> {
  return { rows, total };
}
