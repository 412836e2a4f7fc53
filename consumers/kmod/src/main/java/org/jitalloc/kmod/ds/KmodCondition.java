package org.jitalloc.kmod.ds;

import org.osgi.service.component.annotations.Component;
import org.osgi.service.condition.Condition;

/**
 * Is registered while this bundle is active. A component of another bundle whose classes need
 * packages of this one refers to it by its id, {@code org.jitalloc.kmod}: without this bundle the
 * component is not satisfied.
 */
@Component(service = Condition.class, property = Condition.CONDITION_ID + "=org.jitalloc.kmod")
public final class KmodCondition implements Condition {

  /** Called by Declarative Services. */
  public KmodCondition() {}
}
