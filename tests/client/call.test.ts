import { expect, test } from "vitest";
import { SilentCall } from "../../client/src/call.ts";

test("a move gives everyone in the room a slot, in the room's order", () => {
  const call = new SilentCall();
  call.move(["b", "a"]);
  expect(call.slots.value).toEqual([
    { person: "b", picture: null, speaking: false },
    { person: "a", picture: null, speaking: false },
  ]);
  call.move(["c"]);
  expect(call.slots.value.map((slot) => slot.person)).toEqual(["c"]);
});

test("microphone and camera stay as chosen over a move", async () => {
  const call = new SilentCall();
  expect([call.microphone.value, call.camera.value]).toEqual([false, false]);
  await call.setMicrophone(true);
  await call.setCamera(true);
  call.move(["b"]);
  expect([call.microphone.value, call.camera.value]).toEqual([true, true]);
  await call.setCamera(false);
  expect([call.microphone.value, call.camera.value]).toEqual([true, false]);
});

test("who leaves the call has nobody in it", () => {
  const call = new SilentCall();
  call.move(["b"]);
  call.leave();
  expect(call.slots.value).toEqual([]);
});
