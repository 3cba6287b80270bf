// A sound for the duty office. Browsers let a page sound only after somebody touched it, so it is
// switched on by a button.

export class Sound {
  private context: AudioContext | null = null;

  get is_on(): boolean {
    return this.context !== null;
  }

  toggle(): void {
    if (this.context !== null) {
      void this.context.close();
      this.context = null;
      return;
    }
    this.context = new AudioContext();
    this.tone(880, 0, 0.15);
  }

  // Two tones, three times over: heard through a door, unlike a message on a desk phone.
  alarm(): void {
    for (let turn = 0; turn < 3; ++turn) {
      this.tone(980, turn * 0.8, 0.35);
      this.tone(740, turn * 0.8 + 0.4, 0.35);
    }
  }

  private tone(frequency: number, after: number, seconds: number): void {
    if (this.context === null) return;
    const from = this.context.currentTime + after;
    const oscillator = this.context.createOscillator();
    const volume = this.context.createGain();
    oscillator.type = "square";
    oscillator.frequency.value = frequency;
    volume.gain.value = 0.2;
    oscillator.connect(volume);
    volume.connect(this.context.destination);
    oscillator.start(from);
    oscillator.stop(from + seconds);
  }
}
