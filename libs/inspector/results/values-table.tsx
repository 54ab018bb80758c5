import { DataTable } from './data-table.js';
/** The most rows of the table; the JSON beside it contains all. */
const most = 200;

type Row = Readonly<Record<string, unknown>>;

/** The list of objects in a structured result: the result itself, or its only list; `undefined` if there is none. */
export function rowsOf(value: unknown): readonly Row[] | undefined {
  if (Array.isArray(value)) return value.length > 0 && value.every(isRow) ? value : undefined;
  if (!isRow(value)) return undefined;
  const lists = Object.values(value).filter(Array.isArray);
  return lists.length === 1 ? rowsOf(lists[0]) : undefined;
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A table with one row for each object of a list. */
export function ValuesTable({ rows }: { readonly rows: readonly Row[] }) {
  const shown = rows.slice(0, most);
  const columns = [...new Set(shown.flatMap((row) => Object.keys(row)))];
  return (
    <>
      <DataTable label="Result as a table" head={columns}>
        {shown.map((row, i) => (
          <tr key={i}>
            {columns.map((column) => (
              <td key={column}>{toCell(row[column])}</td>
            ))}
          </tr>
        ))}
      </DataTable>
      {rows.length > most ? <p>{rows.length - most} more rows are in the JSON.</p> : null}
    </>
  );
}

function toCell(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
