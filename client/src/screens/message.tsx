import { useSession } from "../session.ts";
import { Banner } from "../parts/banner.tsx";
import type { GuestView } from "../protocol.ts";
import { t } from "../texts.ts";
import { useComputed } from "@preact/signals";

/** Which of the host's messages has been dismissed: each is shown once, in whatever room. */
export interface Reading {
  read: string | null;
  onRead: (id: string) => void;
}

const SHOWN_MS = 60_000; // of event time, unless dismissed before

/** Whether there is a message to show. Redraws only when that changes. */
export function useMessage({ read }: Reading): GuestView["message"] | null {
  const { store } = useSession();
  const fresh = useComputed(() => {
    const message = store.guest.value?.message;
    return message?.at != null && store.now.value - message.at < SHOWN_MS ? message.id : null;
  });
  const message = store.guest.value?.message;
  return message && fresh.value !== null && fresh.value !== read ? message : null;
}

export function HostMessage({ message, reading }: { message: GuestView["message"]; reading: Reading }) {
  return (
    <Banner
      icon="broadcast"
      lamp
      title={t("room.host_says", { host: message.by })}
      onDismiss={() => message.id !== null && reading.onRead(message.id)}
    >
      {message.text}
    </Banner>
  );
}
