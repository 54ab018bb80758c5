import { useMemo, useState } from 'preact/hooks';
import { JsonView, allExpanded, collapseAllNested } from 'react-json-view-lite';
import { keepMatches } from './keep-matches.js';

const style = {
  container: 'json',
  basicChildStyle: 'json-row',
  childFieldsContainer: 'json-children',
  label: 'json-key',
  clickableLabel: 'json-key',
  nullValue: 'json-null',
  undefinedValue: 'json-null',
  stringValue: 'json-string',
  booleanValue: 'json-word',
  numberValue: 'json-number',
  otherValue: 'json-word',
  punctuation: 'json-mark',
  expandIcon: 'json-open',
  collapseIcon: 'json-close',
  collapsedContent: 'json-more',
  noQuotesForStringValues: false,
  quotesForFieldNames: false,
  stringifyStringValues: true,
  ariaLables: { collapseJson: 'Collapse', expandJson: 'Expand' },
};

/** Values with more characters than this are initially collapsed. */
const large = 20_000;

/** A JSON value as a tree, with a search that filters it. */
export function JsonTree({ value, label }: { readonly value: unknown; readonly label: string }) {
  const [wanted, setWanted] = useState('');
  const text = useMemo(() => JSON.stringify(value, undefined, 2) ?? '', [value]);
  const shown = useMemo(() => keepMatches(value, wanted), [value, wanted]);
  if (typeof value !== 'object' || value === null) return <pre class="text">{text}</pre>;
  return (
    <div class="json-tree">
      <div class="row">
        <input
          type="search"
          aria-label={`Search in ${label}`}
          placeholder="Search in the JSON"
          value={wanted}
          onInput={(event) => setWanted(event.currentTarget.value)}
        />
        <button
          type="button"
          class="small"
          onClick={() => void navigator.clipboard.writeText(text)}
        >
          Copy JSON
        </button>
      </div>
      {shown === undefined ? (
        <p class="empty">Nothing in it matches “{wanted}”.</p>
      ) : (
        <JsonView
          key={wanted}
          data={shown as object}
          style={style}
          aria-label={label}
          shouldExpandNode={text.length > large && wanted === '' ? collapseAllNested : allExpanded}
        />
      )}
    </div>
  );
}
