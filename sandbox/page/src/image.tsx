// Pictures. Only the sandbox's own files are shown: the page makes no request
// to any other host, and says so where a picture would stand.

import { useState } from "preact/hooks";
import { plainOf } from "./text";
import type { Block, Element } from "./types";

function sourceOf({ image_url, slack_file }: Pick<Element, "image_url" | "slack_file">): string | null {
  if (slack_file?.id) return `/control/files/${encodeURIComponent(slack_file.id)}`;
  const url = slack_file?.url ?? image_url ?? "";
  if (url.startsWith("data:image/")) return url;
  return URL.canParse(url) && new URL(url).origin === location.origin ? url : null;
}

export function ImageElement({ element }: { element: Element }) {
  return <Picture source={sourceOf(element)} alt={element.alt_text ?? ""} className="image-element" />;
}

export function ImageBlock({ block }: { block: Block }) {
  const [open, setOpen] = useState(true);
  const title = plainOf(block.title);
  return (
    <figure class="image-block">
      {title && (
        <figcaption>
          <button type="button" class="fold" aria-expanded={open} onClick={() => setOpen(!open)}>{title}<span class="caret" aria-hidden="true" /></button>
        </figcaption>
      )}
      {open && <Picture source={sourceOf(block)} alt={block.alt_text ?? ""} className="image" />}
    </figure>
  );
}

function Picture({ source, alt, className }: { source: string | null; alt: string; className: string }) {
  const [failed, setFailed] = useState(false);
  if (!source || failed) return <span class={`${className} image-missing`} role="img" aria-label={alt}>{alt || "Picture"}</span>;
  return <img class={className} src={source} alt={alt} onError={() => setFailed(true)} />;
}
