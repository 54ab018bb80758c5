import { news, watched } from '../state/news.js';
import { JsonTree } from '../results/json-tree.js';
import { linkTo } from '../state/route.js';

/** The server's notifications, and the subscriptions of this tab. */
export function NewsView() {
  return (
    <article>
      <h2>Notifications</h2>
      <h3>Watched resources</h3>
      {watched.value.size === 0 ? (
        <p class="empty">None. A resource has a button “Watch”.</p>
      ) : null}
      <ul>
        {[...watched.value].map((uri) => (
          <li key={uri}>
            <a href={linkTo('resources', uri)}>{uri}</a>
          </li>
        ))}
      </ul>
      <h3>Received</h3>
      {news.value.length === 0 ? <p class="empty">Nothing yet.</p> : null}
      <ol class="wire">
        {news.value.map((one, i) => (
          <li key={news.value.length - i}>
            <details>
              <summary>
                <time>{new Date(one.at).toISOString().slice(11, 23)}</time>
                <code>{one.method}</code>
              </summary>
              <JsonTree value={one.params} label={one.method} />
            </details>
          </li>
        ))}
      </ol>
    </article>
  );
}
