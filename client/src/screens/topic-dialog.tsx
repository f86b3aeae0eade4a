// What a round is about: a topic, and a question to start with.
import { useState } from "preact/hooks";
import { TextField } from "../parts/field.tsx";
import { FormDialog } from "../parts/form-dialog.tsx";
import type { RoundCard } from "../protocol.ts";
import { t } from "../texts.ts";
import type { Give } from "./console.tsx";

export function TopicDialog({ round, give, onClose }: { round: RoundCard; give: Give; onClose: () => void }) {
  const [topic, setTopic] = useState(round.topic);
  const [question, setQuestion] = useState(round.question);
  const save = (): Promise<boolean> => give({ type: "SetTopic", number: round.number, topic, question });
  return (
    <FormDialog title={t("live.topic_of", { r: round.number })} onSave={save} onClose={onClose}>
      <TextField id="topic" label={t("room.topic")} value={topic} onInput={setTopic} maxLength={200} />
      <TextField id="question" label={t("live.question")} value={question} onInput={setQuestion} maxLength={500} />
    </FormDialog>
  );
}
