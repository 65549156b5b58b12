// Pictures. Only the sandbox's own files are shown: the page makes no request
// to any other host, and says so where a picture would stand.

import { useState } from "preact/hooks";
import { useSession } from "./session";
import { plainOf } from "./text";
import type { Block, Element, SharedFile } from "./types";

function useSource({ image_url, slack_file }: Pick<Element, "image_url" | "slack_file">): string | null {
  const { files } = useSession().world;
  const url = slack_file?.url ?? files?.find((file) => file.id === slack_file?.id)?.url_private ?? image_url ?? "";
  return url.startsWith("data:image/") ? url : ownPath(url);
}

/** The path of a file of this sandbox, whichever of its names the link uses. */
function ownPath(url: string): string | null {
  const { hostname, port, pathname, search } = URL.parse(url) ?? {};
  const own = port === location.port && (hostname === "127.0.0.1" || hostname === "localhost");
  return own ? `${pathname}${search}` : null;
}

export function ImageElement({ element }: { element: Element }) {
  return <Picture source={useSource(element)} alt={element.alt_text ?? ""} className="image-element" />;
}

export function ImageBlock({ block }: { block: Block }) {
  const [open, setOpen] = useState(true);
  const source = useSource(block);
  const title = plainOf(block.title);
  return (
    <figure class="image-block">
      {title && (
        <figcaption>
          <button type="button" class="fold" aria-expanded={open} onClick={() => setOpen(!open)}>{title}<span class="caret" aria-hidden="true" /></button>
        </figcaption>
      )}
      {open && <Picture source={source} alt={block.alt_text ?? ""} className="image" />}
    </figure>
  );
}

/** A file shared with a message: a picture, or its name to open. */
export function FileView({ file }: { file: SharedFile }) {
  const source = useSource({ slack_file: { url: file.url_private } });
  const title = file.title || file.name;
  if (source && file.mimetype?.startsWith("image/")) {
    return <figure class="image-block"><figcaption>{title}</figcaption><Picture source={source} alt={title} className="image" /></figure>;
  }
  return <a class="file" href={source ?? undefined} target="_blank" rel="noopener noreferrer"><b>{title}</b><span class="muted">{file.name}</span></a>;
}

function Picture({ source, alt, className }: { source: string | null; alt: string; className: string }) {
  const [failed, setFailed] = useState(false);
  if (!source || failed) return <span class={`${className} image-missing`} role="img" aria-label={alt}>{alt || "Picture"}</span>;
  return <img class={className} src={source} alt={alt} onError={() => setFailed(true)} />;
}
