// Short notices at the lower edge, and the bar while the link is down.

import { Icon } from "./icons";
import { useSession } from "./session";

/** Stays for as long as nothing new can arrive. */
export function Offline() {
  if (useSession().online) return null;
  return <div class="offline" role="alert">The sandbox does not answer. What you see may be old; trying again…</div>;
}

export function Toasts() {
  const { notices, dismiss } = useSession();
  return (
    <div class="toasts" role="status" aria-live="polite">
      {notices.map((notice) => (
        <div class={notice.bad ? "toast bad" : "toast"} key={notice.id}>
          <span>{notice.text}</span>
          <button type="button" class="tool" aria-label="Dismiss" onClick={() => dismiss(notice.id)}><Icon name="close" size={16} /></button>
        </div>
      ))}
    </div>
  );
}
