package org.jitalloc.core.stack;

/**
 * Raises a StackOverflowError before a section that must not end in the middle, rather than inside
 * it.
 */
public final class StackReserve {
  /*
   * The virtual machine checks the stack at the entry of each method, relative to the stack pointer
   * of that moment. So nested calls that return at once reserve as much stack as their frames take.
   * The frame of `frame` is long (8 bytes for each of VALUES, compiled by C2), because it has that
   * many values that live across a call; it does not matter that the branch with them is not taken.
   * Two conditions: the branch must not look dead to the compiler, so it is taken while this class
   * is initialised; and the method must be too long to be inlined.
   *
   * A section that is not compiled yet needs more stack, so the first calls go deeper. `cold` is
   * counted down without synchronisation: a few counts more or less make no difference.
   */
  private static final int VALUES = 192;

  private static final int LEVELS = 2;
  private static final int COLD_LEVELS = 300;
  private static final int LEAVE_LEVELS = 60;
  private static final int LONG_LEVELS = 800;
  private static final int TRAINING = 20_000;

  private static final long[] values = new long[VALUES];

  private static int cold = 30_000;

  /** Always 0; not final, so that the compiler does not know. */
  private static int never;

  static {
    for (int i = 0; i < TRAINING; i++) {
      frame(i & 7, 1);
    }
    never = (int) values[0];
  }

  private StackReserve() {}

  /** Reserves the stack of a section that calls nothing of the system. */
  public static void require() {
    if (cold > 0) {
      cold--;
      descend(COLD_LEVELS);
    } else {
      frame(never, LEVELS);
    }
  }

  /** Reserves the stack that it takes to leave code that is not compiled yet. */
  public static void requireToLeave() {
    descend(LEAVE_LEVELS);
  }

  /** Reserves the stack of a section that may call the system. */
  public static void requireLong() {
    descend(LONG_LEVELS);
  }

  /** Reserves the stack of an action that itself reserves that of a section. */
  public static void requireForActions() {
    descend(2 * LONG_LEVELS);
  }

  private static int descend(int levels) {
    return levels == 0 ? 0 : descend(levels - 1) + 1;
  }

  private static int frame(int taken, int levels) {
    if (taken == 0) {
      return levels <= 1 ? 0 : frame(taken, levels - 1) + 1;
    }
    long[] v = values;
    long a0 = v[0];
    long a1 = v[1];
    long a2 = v[2];
    long a3 = v[3];
    long a4 = v[4];
    long a5 = v[5];
    long a6 = v[6];
    long a7 = v[7];
    long a8 = v[8];
    long a9 = v[9];
    long a10 = v[10];
    long a11 = v[11];
    long a12 = v[12];
    long a13 = v[13];
    long a14 = v[14];
    long a15 = v[15];
    long a16 = v[16];
    long a17 = v[17];
    long a18 = v[18];
    long a19 = v[19];
    long a20 = v[20];
    long a21 = v[21];
    long a22 = v[22];
    long a23 = v[23];
    long a24 = v[24];
    long a25 = v[25];
    long a26 = v[26];
    long a27 = v[27];
    long a28 = v[28];
    long a29 = v[29];
    long a30 = v[30];
    long a31 = v[31];
    long a32 = v[32];
    long a33 = v[33];
    long a34 = v[34];
    long a35 = v[35];
    long a36 = v[36];
    long a37 = v[37];
    long a38 = v[38];
    long a39 = v[39];
    long a40 = v[40];
    long a41 = v[41];
    long a42 = v[42];
    long a43 = v[43];
    long a44 = v[44];
    long a45 = v[45];
    long a46 = v[46];
    long a47 = v[47];
    long a48 = v[48];
    long a49 = v[49];
    long a50 = v[50];
    long a51 = v[51];
    long a52 = v[52];
    long a53 = v[53];
    long a54 = v[54];
    long a55 = v[55];
    long a56 = v[56];
    long a57 = v[57];
    long a58 = v[58];
    long a59 = v[59];
    long a60 = v[60];
    long a61 = v[61];
    long a62 = v[62];
    long a63 = v[63];
    long a64 = v[64];
    long a65 = v[65];
    long a66 = v[66];
    long a67 = v[67];
    long a68 = v[68];
    long a69 = v[69];
    long a70 = v[70];
    long a71 = v[71];
    long a72 = v[72];
    long a73 = v[73];
    long a74 = v[74];
    long a75 = v[75];
    long a76 = v[76];
    long a77 = v[77];
    long a78 = v[78];
    long a79 = v[79];
    long a80 = v[80];
    long a81 = v[81];
    long a82 = v[82];
    long a83 = v[83];
    long a84 = v[84];
    long a85 = v[85];
    long a86 = v[86];
    long a87 = v[87];
    long a88 = v[88];
    long a89 = v[89];
    long a90 = v[90];
    long a91 = v[91];
    long a92 = v[92];
    long a93 = v[93];
    long a94 = v[94];
    long a95 = v[95];
    long a96 = v[96];
    long a97 = v[97];
    long a98 = v[98];
    long a99 = v[99];
    long a100 = v[100];
    long a101 = v[101];
    long a102 = v[102];
    long a103 = v[103];
    long a104 = v[104];
    long a105 = v[105];
    long a106 = v[106];
    long a107 = v[107];
    long a108 = v[108];
    long a109 = v[109];
    long a110 = v[110];
    long a111 = v[111];
    long a112 = v[112];
    long a113 = v[113];
    long a114 = v[114];
    long a115 = v[115];
    long a116 = v[116];
    long a117 = v[117];
    long a118 = v[118];
    long a119 = v[119];
    long a120 = v[120];
    long a121 = v[121];
    long a122 = v[122];
    long a123 = v[123];
    long a124 = v[124];
    long a125 = v[125];
    long a126 = v[126];
    long a127 = v[127];
    long a128 = v[128];
    long a129 = v[129];
    long a130 = v[130];
    long a131 = v[131];
    long a132 = v[132];
    long a133 = v[133];
    long a134 = v[134];
    long a135 = v[135];
    long a136 = v[136];
    long a137 = v[137];
    long a138 = v[138];
    long a139 = v[139];
    long a140 = v[140];
    long a141 = v[141];
    long a142 = v[142];
    long a143 = v[143];
    long a144 = v[144];
    long a145 = v[145];
    long a146 = v[146];
    long a147 = v[147];
    long a148 = v[148];
    long a149 = v[149];
    long a150 = v[150];
    long a151 = v[151];
    long a152 = v[152];
    long a153 = v[153];
    long a154 = v[154];
    long a155 = v[155];
    long a156 = v[156];
    long a157 = v[157];
    long a158 = v[158];
    long a159 = v[159];
    long a160 = v[160];
    long a161 = v[161];
    long a162 = v[162];
    long a163 = v[163];
    long a164 = v[164];
    long a165 = v[165];
    long a166 = v[166];
    long a167 = v[167];
    long a168 = v[168];
    long a169 = v[169];
    long a170 = v[170];
    long a171 = v[171];
    long a172 = v[172];
    long a173 = v[173];
    long a174 = v[174];
    long a175 = v[175];
    long a176 = v[176];
    long a177 = v[177];
    long a178 = v[178];
    long a179 = v[179];
    long a180 = v[180];
    long a181 = v[181];
    long a182 = v[182];
    long a183 = v[183];
    long a184 = v[184];
    long a185 = v[185];
    long a186 = v[186];
    long a187 = v[187];
    long a188 = v[188];
    long a189 = v[189];
    long a190 = v[190];
    long a191 = v[191];
    frame(0, 1);
    v[0] = a1;
    v[1] = a2;
    v[2] = a3;
    v[3] = a4;
    v[4] = a5;
    v[5] = a6;
    v[6] = a7;
    v[7] = a8;
    v[8] = a9;
    v[9] = a10;
    v[10] = a11;
    v[11] = a12;
    v[12] = a13;
    v[13] = a14;
    v[14] = a15;
    v[15] = a16;
    v[16] = a17;
    v[17] = a18;
    v[18] = a19;
    v[19] = a20;
    v[20] = a21;
    v[21] = a22;
    v[22] = a23;
    v[23] = a24;
    v[24] = a25;
    v[25] = a26;
    v[26] = a27;
    v[27] = a28;
    v[28] = a29;
    v[29] = a30;
    v[30] = a31;
    v[31] = a32;
    v[32] = a33;
    v[33] = a34;
    v[34] = a35;
    v[35] = a36;
    v[36] = a37;
    v[37] = a38;
    v[38] = a39;
    v[39] = a40;
    v[40] = a41;
    v[41] = a42;
    v[42] = a43;
    v[43] = a44;
    v[44] = a45;
    v[45] = a46;
    v[46] = a47;
    v[47] = a48;
    v[48] = a49;
    v[49] = a50;
    v[50] = a51;
    v[51] = a52;
    v[52] = a53;
    v[53] = a54;
    v[54] = a55;
    v[55] = a56;
    v[56] = a57;
    v[57] = a58;
    v[58] = a59;
    v[59] = a60;
    v[60] = a61;
    v[61] = a62;
    v[62] = a63;
    v[63] = a64;
    v[64] = a65;
    v[65] = a66;
    v[66] = a67;
    v[67] = a68;
    v[68] = a69;
    v[69] = a70;
    v[70] = a71;
    v[71] = a72;
    v[72] = a73;
    v[73] = a74;
    v[74] = a75;
    v[75] = a76;
    v[76] = a77;
    v[77] = a78;
    v[78] = a79;
    v[79] = a80;
    v[80] = a81;
    v[81] = a82;
    v[82] = a83;
    v[83] = a84;
    v[84] = a85;
    v[85] = a86;
    v[86] = a87;
    v[87] = a88;
    v[88] = a89;
    v[89] = a90;
    v[90] = a91;
    v[91] = a92;
    v[92] = a93;
    v[93] = a94;
    v[94] = a95;
    v[95] = a96;
    v[96] = a97;
    v[97] = a98;
    v[98] = a99;
    v[99] = a100;
    v[100] = a101;
    v[101] = a102;
    v[102] = a103;
    v[103] = a104;
    v[104] = a105;
    v[105] = a106;
    v[106] = a107;
    v[107] = a108;
    v[108] = a109;
    v[109] = a110;
    v[110] = a111;
    v[111] = a112;
    v[112] = a113;
    v[113] = a114;
    v[114] = a115;
    v[115] = a116;
    v[116] = a117;
    v[117] = a118;
    v[118] = a119;
    v[119] = a120;
    v[120] = a121;
    v[121] = a122;
    v[122] = a123;
    v[123] = a124;
    v[124] = a125;
    v[125] = a126;
    v[126] = a127;
    v[127] = a128;
    v[128] = a129;
    v[129] = a130;
    v[130] = a131;
    v[131] = a132;
    v[132] = a133;
    v[133] = a134;
    v[134] = a135;
    v[135] = a136;
    v[136] = a137;
    v[137] = a138;
    v[138] = a139;
    v[139] = a140;
    v[140] = a141;
    v[141] = a142;
    v[142] = a143;
    v[143] = a144;
    v[144] = a145;
    v[145] = a146;
    v[146] = a147;
    v[147] = a148;
    v[148] = a149;
    v[149] = a150;
    v[150] = a151;
    v[151] = a152;
    v[152] = a153;
    v[153] = a154;
    v[154] = a155;
    v[155] = a156;
    v[156] = a157;
    v[157] = a158;
    v[158] = a159;
    v[159] = a160;
    v[160] = a161;
    v[161] = a162;
    v[162] = a163;
    v[163] = a164;
    v[164] = a165;
    v[165] = a166;
    v[166] = a167;
    v[167] = a168;
    v[168] = a169;
    v[169] = a170;
    v[170] = a171;
    v[171] = a172;
    v[172] = a173;
    v[173] = a174;
    v[174] = a175;
    v[175] = a176;
    v[176] = a177;
    v[177] = a178;
    v[178] = a179;
    v[179] = a180;
    v[180] = a181;
    v[181] = a182;
    v[182] = a183;
    v[183] = a184;
    v[184] = a185;
    v[185] = a186;
    v[186] = a187;
    v[187] = a188;
    v[188] = a189;
    v[189] = a190;
    v[190] = a191;
    v[191] = a0;
    return 0;
  }
}
