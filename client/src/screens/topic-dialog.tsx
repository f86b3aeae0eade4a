// What a round is about: a topic, and a question to start with.
import { useState } from "preact/hooks";
import { Dialog } from "../parts/dialog.tsx";
import { TextField } from "../parts/field.tsx";
import type { RoundCard } from "../protocol.ts";
import { t } from "../texts.ts";
import type { Give } from "./console.tsx";

export function TopicDialog({ round, give, onClose }: { round: RoundCard; give: Give; onClose: () => void }) {
  const [topic, setTopic] = useState(round.topic);
  const [question, setQuestion] = useState(round.question);
  const save = async (submitted: SubmitEvent): Promise<void> => {
    submitted.preventDefault();
    if (await give({ type: "SetTopic", number: round.number, topic, question })) onClose();
  };
  return (
    <Dialog title={t("live.topic_of", { r: round.number })} onClose={onClose}>
      <form class="stack stack-4" onSubmit={(submitted) => void save(submitted)}>
        <TextField id="topic" label={t("room.topic")} value={topic} onInput={setTopic} maxLength={200} />
        <TextField id="question" label={t("live.question")} value={question} onInput={setQuestion} maxLength={500} />
        <div class="dialog-actions">
          <button class="btn btn-primary" type="submit">{t("live.save")}</button>
          <button class="btn btn-quiet" type="button" onClick={onClose}>{t("parts.cancel")}</button>
        </div>
      </form>
    </Dialog>
  );
}
