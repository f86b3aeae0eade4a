import { useSession } from "../session.ts";
import { Banner } from "../parts/banner.tsx";
import type { MessageCard } from "../protocol.ts";
import { t } from "../texts.ts";
import { useTime } from "./time.ts";

/** Which of the host's messages has been dismissed: each is shown once, in whatever room. */
export interface Reading {
  read: string | null;
  onRead: (id: string) => void;
}

const SHOWN_MS = 60_000; // of event time, unless dismissed before

/** The message to show, if there is one. */
export function useMessage({ read }: Reading): MessageCard | null {
  const { store } = useSession();
  const message = store.guest.value!.message;
  const fresh = useTime((now, { message: { at } }) => at !== null && now - at < SHOWN_MS);
  return fresh && message.id !== read ? message : null;
}

export function HostMessage({ message, reading }: { message: MessageCard; reading: Reading }) {
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
