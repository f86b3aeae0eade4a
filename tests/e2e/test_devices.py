"""Trying camera and microphone out before joining: seen in a mirror, chosen, in use elsewhere, left out."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e.sample_views import CARD, WAITING
from tests.e2e.staged import PHONE, Staged, assert_accessible, assert_whole, stage

# Two cameras, one dark and one bright, and a microphone with a tone. `busy` is what other programs have.
MACHINE = """() => {
  window.busy = [];
  const listed = [["videoinput", "dark"], ["videoinput", "bright"], ["audioinput", "tone"]];
  const camera = (name) => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 160, height: 90 });
    const brush = canvas.getContext("2d");
    setInterval(() => {
      brush.fillStyle = name === "dark" ? "#222" : "#ddd";
      brush.fillRect(0, 0, 160, 90);
    }, 50);
    return canvas.captureStream(20).getVideoTracks()[0];
  };
  const microphone = () => {
    const context = new AudioContext();
    const sound = new OscillatorNode(context);
    const out = context.createMediaStreamDestination();
    sound.connect(out);
    sound.start();
    return out.stream.getAudioTracks()[0];
  };
  const from = (deviceId, track) => Object.assign(track, { getSettings: () => ({ deviceId }) });
  navigator.mediaDevices.enumerateDevices = async () =>
    listed.map(([kind, deviceId]) => ({ kind, deviceId, label: `The ${deviceId} one` }));
  navigator.mediaDevices.getUserMedia = async ({ audio, video }) => {
    if (video && busy.includes("camera")) throw new DOMException("", "NotReadableError");
    const tracks = [];
    const name = video?.deviceId?.ideal ?? "dark";
    if (audio) tracks.push(from("tone", microphone()));
    if (video) tracks.push(from(name, camera(name)));
    return new MediaStream(tracks);
  };
}"""
GREY = """(video) => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 16, height: 9 });
  const brush = canvas.getContext("2d");
  brush.drawImage(video, 0, 0, 16, 9);
  return brush.getImageData(8, 4, 1, 1).data[0];
}"""


@pytest.fixture
async def door(browser: Browser) -> AsyncIterator[Staged]:
    """The join page on a phone, where one has a camera and a microphone."""
    staged = await stage(browser, PHONE)
    staged.card, staged.view = CARD, WAITING
    await staged.page.add_init_script(f"({MACHINE})()")
    await staged.open()
    await expect(staged.page.get_by_role("button", name="Turn on camera and microphone")).to_be_visible()
    yield staged
    await staged.context.close()


async def enter(page: Page) -> None:
    await page.get_by_label("Your name").fill("Aisha Rahman")
    await page.get_by_role("button", name="Enter the lobby").click()
    await expect(page.get_by_role("heading", level=1, name="You are in.")).to_be_visible()


async def test_one_sees_and_hears_oneself_and_chooses_another_camera(door: Staged) -> None:
    page = door.page
    await page.get_by_role("button", name="Turn on camera and microphone").click()
    preview = page.locator(".join-preview video")
    await expect(preview).to_have_css("scale", "-1 1")
    await expect(page.get_by_text("Say hello. We can hear you.")).to_be_visible()
    await page.wait_for_function(f"() => ({GREY})(document.querySelector('.join-preview video')) === 0x22")

    await page.get_by_text("Camera, microphone and speaker").click()
    await page.get_by_label("Camera").select_option("The bright one")
    await page.wait_for_function(f"() => ({GREY})(document.querySelector('.join-preview video')) === 0xdd")
    await assert_whole(door)
    await assert_accessible(door)
    await enter(page)

    await page.reload()
    kept = await page.evaluate("JSON.parse(localStorage.getItem('devices')).video")
    assert kept == {"id": "bright", "on": True}


async def test_a_camera_that_another_program_has_is_named_and_done_without(door: Staged) -> None:
    page = door.page
    await page.evaluate("busy.push('camera')")
    await page.get_by_role("button", name="Turn on camera and microphone").click()
    said = page.get_by_role("alert").filter(has_text="Another program is using your camera.")
    await expect(said).to_be_visible()
    camera, microphone = (
        page.get_by_role("button", name=name, exact=True) for name in ("Camera", "Microphone")
    )
    await expect(microphone).to_have_attribute("aria-pressed", "true")
    await expect(camera).to_have_attribute("aria-pressed", "false")

    await page.evaluate("busy.pop()")
    await camera.click()
    await expect(said).to_be_hidden()
    await expect(camera).to_have_attribute("aria-pressed", "true")
    await camera.click()
    await enter(page)
