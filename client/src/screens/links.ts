// The links that let people into an event: made, copied, taken back.
import { useEffect, useState } from "preact/hooks";
import { api, Failed } from "../api.ts";
import type { Link, LinkRole, ListedLink, ParticipantId } from "../protocol.ts";
import { t } from "../texts.ts";
import type { Show } from "./console.tsx";

export interface Links {
  /** Those that still let people in, oldest first. */
  listed: readonly ListedLink[];
  /** A guest link whose address is known here, for its QR code. */
  guest: Link | null;
  /** Make a link and put it on the clipboard; a guest link that is known is copied again. */
  copy(role: LinkRole, participant?: ParticipantId): Promise<void>;
  revoke(id: string): Promise<void>;
}

export function useLinks(event: string, show: Show): Links {
  const [listed, list] = useState<readonly ListedLink[]>([]);
  const [guest, setGuest] = useState<Link | null>(null);
  const look = (): Promise<void> => api.links(event).then(list, () => {}); // the list can wait for the next look
  useEffect(() => void look(), [event]);

  const trying = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      show((error instanceof Failed && error.message) || t("page.offline"));
    }
    await look();
  };
  const make = async (role: LinkRole, participant?: ParticipantId): Promise<Link> => {
    const link = await api.makeLink(event, { role, ...(participant && { participant }) });
    if (role === "participant" && !participant) setGuest(link);
    return link;
  };
  const copy = (role: LinkRole, participant?: ParticipantId): Promise<void> =>
    trying(async () => {
      const known = role === "participant" && !participant ? guest : null;
      const link = known ?? (await make(role, participant));
      try {
        await navigator.clipboard.writeText(link.url);
        show(t("plan.copied"));
      } catch {
        show(link.url); // Browsers refuse the clipboard without a secure page: then the link itself is shown.
      }
    });
  const revoke = (id: string): Promise<void> =>
    trying(async () => {
      await api.revokeLink(event, id);
      if (guest?.id === id) setGuest(null);
      show(t("plan.link_revoked"));
    });
  return { listed, guest, copy, revoke };
}
