// Short notices at the lower edge, and the banner while the link is down.

import { Icon } from "./icons";
import { useSession } from "./session";

export function Toasts() {
  const { notices, dismiss, online } = useSession();
  return (
    <div class="toasts" role="status" aria-live="polite">
      {!online && <div class="toast">The sandbox does not answer. Trying again…</div>}
      {notices.map((notice) => (
        <div class={notice.bad ? "toast bad" : "toast"} key={notice.id}>
          <span>{notice.text}</span>
          <button type="button" class="tool" aria-label="Dismiss" onClick={() => dismiss(notice.id)}><Icon name="close" size={16} /></button>
        </div>
      ))}
    </div>
  );
}
