// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.bridge;

/**
 * Record types and tags; the twin of {@code native/wire/kw_message.h}, which says what each field
 * means and who writes it. The names are those of C without {@code KW_}; a contract test compares
 * the two, in both directions.
 */
public final class Messages {
  private Messages() {}

  // Event ring, from Kamailio's processes.
  public static final int EV_CALL = 1;
  public static final int EV_RESUME = 2;
  public static final int EV_SENT = 3;
  public static final int EV_COMPLETED = 4;
  public static final int EV_REPLIED = 5;
  public static final int EV_COURIER = 6;
  public static final int EV_USRLOC = 7;
  public static final int EV_USRLOC_READ = 8;

  // T_STATUS of EV_SENT.
  public static final int STATUS_SENT = 1;
  public static final int STATUS_DROPPED = 0;
  public static final int STATUS_FAILED = -1;

  // T_STATUS of EV_REPLIED.
  public static final int REPLIED_SENT = 1;
  public static final int REPLIED_BUSY = 2;
  public static final int REPLIED_GONE = 3;

  // Command rings, to the couriers.
  public static final int CMD_REQUEST = 1;
  public static final int CMD_REPLY = 2;
  public static final int CMD_ROUTE = 10;
  public static final int CMD_USRLOC_READ = 3;

  // A call's request area.
  public static final int T_FUNCTION = 1;
  public static final int T_ARG = 2;
  public static final int T_MESSAGE = 3;
  public static final int T_DEFERRAL = 4;
  public static final int T_GENERATION = 5;
  public static final int T_TRANSACTION = 6;
  public static final int T_ROUTE_TYPE = 7;
  public static final int T_REPLY_TO_TAG = 8;
  public static final int T_DEPTH = 9;
  public static final int T_STEP_RESULT = 10;
  public static final int T_UL_OUTCOME = 11;

  // T_MESSAGE.
  public static final int T_METHOD = 20;
  public static final int T_RURI = 21;
  public static final int T_RURI_USER = 22;
  public static final int T_RURI_HOST = 23;
  public static final int T_FROM_URI = 24;
  public static final int T_FROM_USER = 25;
  public static final int T_FROM_HOST = 26;
  public static final int T_FROM_TAG = 27;
  public static final int T_TO_URI = 28;
  public static final int T_TO_USER = 29;
  public static final int T_TO_HOST = 30;
  public static final int T_TO_TAG = 31;
  public static final int T_CALL_ID = 32;
  public static final int T_CSEQ = 33;
  public static final int T_CONTACT = 34;
  public static final int T_CONTACT_STAR = 35;
  public static final int T_RECORD_ROUTE = 36;
  public static final int T_EVENT = 37;
  public static final int T_EVENT_NAME = 38;
  public static final int T_EVENT_PARAM = 39;
  public static final int T_EXPIRES = 40;
  public static final int T_SIP_IF_MATCH = 41;
  public static final int T_CONTENT_TYPE = 42;
  public static final int T_CONTENT_LENGTH = 43;
  public static final int T_BODY = 44;
  public static final int T_ACCEPT = 45;
  public static final int T_SUBSCRIPTION_STATE = 46;
  public static final int T_USER_AGENT = 47;
  public static final int T_BRANCH_FLAGS = 48;
  public static final int T_SOCKET = 49;
  public static final int T_SOCKET_URI = 50;
  public static final int T_PROTO = 51;
  public static final int T_SOURCE = 52;
  public static final int T_BAD = 53;
  public static final int T_XAVP = 54;
  public static final int T_BODY_LENGTH = 55;
  public static final int T_SIP_ETAG = 56;
  public static final int T_RETRY_AFTER = 57;
  public static final int T_MIN_EXPIRES = 60;
  public static final int T_CHALLENGE = 61;
  public static final int T_FROM_DISPLAY = 62;

  // Common leaves.
  public static final int T_NAME = 70;
  public static final int T_VALUE = 71;
  public static final int T_NUMBER = 72;
  public static final int T_CODE = 73;
  public static final int T_TEXT = 74;
  public static final int T_STATUS = 75;
  public static final int T_MICROS = 76;

  // A call's response area.
  public static final int T_RETURN = 90;
  public static final int T_DEFERRED = 91;
  public static final int T_REPLY_CODE = 92;
  public static final int T_REPLY_REASON = 93;
  public static final int T_REPLY_HEADERS = 94;
  public static final int T_REPLY_BODY = 95;
  public static final int T_SUBS = 96;
  public static final int T_COMMAND = 97;
  public static final int T_ID = 98;
  public static final int T_FAULT_CODE = 99;
  public static final int T_FAULT_TEXT = 100;
  public static final int T_RPC_STRING = 101;
  public static final int T_RPC_STRUCT = 102;
  public static final int T_RPC_FIELD = 103;
  public static final int T_AFTER_REPLY = 104;
  public static final int T_UL_MARK = 105;
  public static final int T_SET_BRANCH_FLAG = 106;

  // CMD_REQUEST and T_COMMAND.
  public static final int T_LOCAL_URI = 110;
  public static final int T_LOCAL_TAG = 111;
  public static final int T_REMOTE_URI = 112;
  public static final int T_REMOTE_TAG = 113;
  public static final int T_REMOTE_TARGET = 114;
  public static final int T_ROUTE_SET = 115;
  public static final int T_LAST_CSEQ = 116;
  public static final int T_SEND_SOCKET = 117;
  public static final int T_HEADERS = 118;
  public static final int T_REQUEST_BODY = 119;
  public static final int T_LANE = 120;
  public static final int T_ANSWER_ROUTE = 121;
  public static final int T_NEXT_HOP = 122;
  public static final int T_WANT_REPLY = 123;
  public static final int T_NO_REPLY = 124;
  public static final int T_OWN_CONTACT = 126;
  public static final int T_VARIABLE = 127;

  // T_SUBS.
  public static final int SUBS_PRES_URI = 130;
  public static final int SUBS_TO_USER = 131;
  public static final int SUBS_TO_DOMAIN = 132;
  public static final int SUBS_FROM_USER = 133;
  public static final int SUBS_FROM_DOMAIN = 134;
  public static final int SUBS_WATCHER_USERNAME = 135;
  public static final int SUBS_WATCHER_DOMAIN = 136;
  public static final int SUBS_EVENT = 137;
  public static final int SUBS_EVENT_ID = 138;
  public static final int SUBS_TO_TAG = 139;
  public static final int SUBS_FROM_TAG = 140;
  public static final int SUBS_CALLID = 141;
  public static final int SUBS_REMOTE_CSEQ = 142;
  public static final int SUBS_LOCAL_CSEQ = 143;
  public static final int SUBS_CONTACT = 144;
  public static final int SUBS_LOCAL_CONTACT = 145;
  public static final int SUBS_RECORD_ROUTE = 146;
  public static final int SUBS_EXPIRES = 147;
  public static final int SUBS_STATUS = 148;
  public static final int SUBS_REASON = 149;
  public static final int SUBS_VERSION = 150;
  public static final int SUBS_FLAGS = 151;
  public static final int SUBS_USER_AGENT = 152;
  public static final int SUBS_SOCKINFO = 153;

  // Config section.
  public static final int T_VERSION = 170;
  public static final int T_MODULE = 171;
  public static final int T_PARAM = 172;
  public static final int T_FUNCTION_DEF = 173;
  public static final int T_COURIER = 174;
  public static final int T_LISTEN = 175;
  public static final int T_FR_TIMER_MS = 176;
  public static final int T_WT_TIMER_MS = 177;
  public static final int T_START_TIME = 178;
  public static final int T_WORK_DIR = 179;
  public static final int T_PACKAGE_DIR = 180;
  public static final int T_CALL_TIMEOUT_MS = 181;
  public static final int T_LOG_LEVEL = 182;
  public static final int T_PROCESS_COUNT = 183;
  public static final int T_COMMON_PARAM = 184;
  public static final int T_EVENT_ROUTE = 190;
  public static final int T_USRLOC = 185;
  public static final int T_UL_USE_DOMAIN = 186;
  public static final int T_UL_CASE_SENSITIVE = 187;
  public static final int T_UL_REALM_PREFIX = 188;
  public static final int T_UL_DB_ONLY = 189;

  // Manifest section.
  public static final int T_FUNCTION_FLAGS = 200;
  public static final int T_XAVP_WISH = 201;
  public static final int T_ANSWER_ROUTE_DEF = 202;
  public static final int T_UL_LISTEN = 203;

  // T_NUMBER of T_FUNCTION_FLAGS.
  public static final int FN_MAY_DEFER = 1;
  public static final int FN_REPLIES = 2;
  public static final int FN_TAKEN = 4;
  public static final int FN_TRANSACTION = 8;

  // The location table. T_UL_CHANGE.
  public static final int UL_INSERTED = 1;
  public static final int UL_UPDATED = 2;
  public static final int UL_DELETED = 4;
  public static final int UL_EXPIRED = 8;
  public static final int UL_LISTED = 16;

  // T_UL_MARKS.
  public static final int UL_OWN = 1;

  // T_UL_ACTION.
  public static final int UL_PUT = 1;
  public static final int UL_REMOVE = 2;
  public static final int UL_CLEAR = 3;

  // Fields.
  public static final int T_UL_CHANGE = 210;
  public static final int T_UL_TABLE = 211;
  public static final int T_UL_AOR = 212;
  public static final int T_UL_MARKS = 213;
  public static final int T_UL_CONTACT = 214;
  public static final int T_UL_RUID = 215;
  public static final int T_UL_URI = 216;
  public static final int T_UL_RECEIVED = 217;
  public static final int T_UL_PATH = 218;
  public static final int T_UL_EXPIRES = 219;
  public static final int T_UL_Q = 220;
  public static final int T_UL_CALL_ID = 221;
  public static final int T_UL_CSEQ = 222;
  public static final int T_UL_USER_AGENT = 223;
  public static final int T_UL_SOCKET = 224;
  public static final int T_UL_METHODS = 225;
  public static final int T_UL_INSTANCE = 226;
  public static final int T_UL_REG_ID = 227;
  public static final int T_UL_BRANCH_FLAGS = 228;
  public static final int T_UL_MODIFIED = 229;
  public static final int T_UL_ACTION = 230;
  public static final int T_UL_MORE = 231;
  public static final int T_UL_PAGE = 232;
  public static final int T_UL_PAGES = 233;
  public static final int T_UL_WORK = 234;
  public static final int T_UL_FOUND = 235;
  public static final int T_UL_VALID = 236;
  public static final int T_UL_SOME = 237;
}
