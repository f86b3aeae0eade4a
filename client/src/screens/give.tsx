import type { ComponentChild } from "preact";
import { useState } from "preact/hooks";
import { useToast } from "../parts/toast.tsx";
import type { AnyCommand } from "../protocol.ts";
import { useSession } from "../session.ts";

export interface Giving {
  give: (command: AnyCommand) => void;
  /** A command is on its way. */
  busy: boolean;
  /** Says why a command was refused; goes into the page. */
  toast: ComponentChild;
}

/** Gives commands whose outcome shows by itself, and says so when one is refused. */
export function useGive(): Giving {
  const { connection } = useSession();
  const [toast, show] = useToast();
  const [waiting, setWaiting] = useState(0);
  const give = async (command: AnyCommand): Promise<void> => {
    setWaiting((n) => n + 1);
    const outcome = await connection.do(command);
    setWaiting((n) => n - 1);
    if (!outcome.ok && outcome.code !== "closed") show(outcome.message);
  };
  return { give: (command) => void give(command), busy: waiting > 0, toast };
}
