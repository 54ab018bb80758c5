import { compiler } from 'markdown-to-jsx/react';
import { createElement, type ComponentChildren } from 'preact';
import { useMemo } from 'preact/hooks';

const options = {
  createElement,
  disableParsingRawHTML: true,
  forceBlock: true,
  wrapper: 'div',
  overrides: {
    a: { component: SafeLink },
    // An image of another host would cause a request to that host.
    img: {
      component: ({ alt, src }: { alt?: string; src?: string }) => <span>[{alt || src}]</span>,
    },
    iframe: { component: () => null },
    script: { component: () => null },
    style: { component: () => null },
  },
} as const;

/** Renders Markdown as elements. HTML in it stays text, and nothing is loaded. */
export function MarkdownText({ text }: { readonly text: string }) {
  const made = useMemo(() => compiler(text, options as never) as ComponentChildren, [text]);
  return <div class="markdown">{made}</div>;
}

function SafeLink({ href, children }: { href?: string; children?: ComponentChildren }) {
  if (href === undefined || !/^https?:\/\//i.test(href)) return <span>{children}</span>;
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  );
}
