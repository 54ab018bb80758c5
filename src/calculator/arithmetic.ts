import { BadRequestException } from '@nestjs/common';
import type {
  ConstantNode,
  FunctionNode,
  MathNode,
  OperatorNode,
  ParenthesisNode,
  SymbolNode,
} from 'mathjs/number';

const constants = new Set(['pi', 'e', 'tau']);

const operators = new Set<string>([
  'add',
  'subtract',
  'multiply',
  'divide',
  'mod',
  'pow',
  'factorial',
  'unaryMinus',
  'unaryPlus',
]);

const functions = new Set(
  'abs ceil floor round sign sqrt cbrt exp log log2 log10 pow mod min max sin cos tan asin acos atan atan2'.split(
    ' ',
  ),
);

/**
 * The value of an arithmetic expression in double precision. The text is parsed, and only numbers, the constants,
 * operators and functions above are evaluated: everything else in the language of the library (assignments, members,
 * strings, matrices, ranges) is refused.
 * @throws BadRequestException when it is not arithmetic or has no finite value
 */
export async function evaluateArithmetic(expression: string): Promise<number> {
  const tree = await parseExpression(expression);
  refuseForeign(tree);
  const value = evaluate(tree);
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    throw new BadRequestException('The expression has no finite value');
  }
  // Rounds away the error of binary fractions beyond the 15th digit: 0.1 + 0.2 is 0.3.
  return Number.isInteger(value) ? value : Number(value.toPrecision(15));
}

async function parseExpression(expression: string): Promise<MathNode> {
  // Loaded on the first call: the library takes 50 MB and a third of a second to load.
  const { parse } = await import('mathjs/number');
  try {
    return parse(expression);
  } catch {
    throw new BadRequestException('The expression cannot be read: check operators and parentheses');
  }
}

function evaluate(tree: MathNode): unknown {
  try {
    return tree.evaluate();
  } catch {
    throw new BadRequestException('A function in the expression has the wrong arguments');
  }
}

function refuseForeign(tree: MathNode): void {
  tree.traverse((node) => {
    if (!isArithmetic(node)) {
      throw new BadRequestException(
        `Only arithmetic is allowed: numbers, + - * / % ^ !, ${[...constants].join(', ')}, and ${[...functions].join(', ')}`,
      );
    }
  });
}

function isArithmetic(node: MathNode): boolean {
  switch (node.type) {
    case 'ConstantNode':
      return typeof (node as ConstantNode).value === 'number';
    case 'ParenthesisNode':
      return (node as ParenthesisNode).content !== undefined;
    case 'OperatorNode':
      return operators.has((node as OperatorNode).fn);
    case 'FunctionNode':
      return functions.has((node as FunctionNode).fn.name);
    case 'SymbolNode':
      return constants.has((node as SymbolNode).name) || functions.has((node as SymbolNode).name);
    default:
      return false;
  }
}
